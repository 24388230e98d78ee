/** Every document that this application sends; their types are generated from the schema. */
import { graphql } from "./generated"

export const LIST_REPORTS = graphql(`
  query ListReports {
    listReports {
      name title description groups refreshedBy
      parameters { name type required title description default min max maxLength scale options }
      chart { type x y }
    }
  }
`)

export const SUBMIT_QUERY = graphql(`
  mutation SubmitQuery($input: SubmitQueryInput!) {
    submitQuery(input: $input) { ...QueryState }
  }
`)

export const EXPORT_QUERY = graphql(`
  mutation ExportQuery($input: ExportQueryInput!) {
    exportQuery(input: $input) { ...QueryState }
  }
`)

export const GET_DOWNLOADS = graphql(`
  query GetDownloads($id: ID!) {
    getDownloads(id: $id) { name bytes sha256 url validUntil }
  }
`)

export const CANCEL_QUERY = graphql(`
  mutation CancelQuery($id: ID!) {
    cancelQuery(id: $id) { ...QueryState }
  }
`)

export const GET_QUERY = graphql(`
  query GetQuery($id: ID!) {
    getQuery(id: $id) {
      ...QueryState
      result { columns { name type } rows nextToken }
    }
  }
`)

export const GET_QUERY_RESULT = graphql(`
  query GetQueryResult($id: ID!, $limit: Int, $nextToken: String) {
    getQueryResult(id: $id, limit: $limit, nextToken: $nextToken) {
      columns { name type }
      rows
      nextToken
    }
  }
`)

export const LIST_QUERIES = graphql(`
  query ListQueries($filter: QueryFilter, $limit: Int, $nextToken: String) {
    listQueries(filter: $filter, limit: $limit, nextToken: $nextToken) {
      queries { ...QueryState }
      nextToken
    }
  }
`)

export const ON_QUERY_CHANGE = graphql(`
  subscription OnQueryChange {
    onQueryChange {
      ...QueryState
      result { columns { name type } rows nextToken }
    }
  }
`)

export const QUERY_STATE = graphql(`
  fragment QueryState on QueryExecution {
    id kind report status version
    parameters { name value }
    error { type message }
    submittedAt startedAt finishedAt durationMs estimatedDurationMs cancelRequestedAt
    resultRows resultBytes resultExpiresAt
    pipeline watch schedule scheduledFor
    export {
      format compression singleFile formulaSafe
      steps { phase at }
      files { name bytes sha256 }
    }
  }
`)
