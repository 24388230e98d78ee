/** The documents of pipelines, and of results that they refresh. */
import { graphql } from "./generated"

export const PIPELINE_STATE = graphql(`
  fragment PipelineState on Pipeline {
    name title description overlap enabled schedule timezone feeds groups
    pausedAt pausedBy nextRunAt
  }
`)

export const LIST_PIPELINES = graphql(`
  query ListPipelines {
    listPipelines {
      ...PipelineState
      runs { ...QueryState }
    }
  }
`)

export const RUN_PIPELINE = graphql(`
  mutation RunPipeline($input: RunPipelineInput!) {
    runPipeline(input: $input) { ...QueryState }
  }
`)

export const PAUSE_PIPELINE = graphql(`
  mutation PausePipeline($name: ID!) {
    pausePipeline(name: $name) { ...PipelineState }
  }
`)

export const RESUME_PIPELINE = graphql(`
  mutation ResumePipeline($name: ID!) {
    resumePipeline(name: $name) { ...PipelineState }
  }
`)

export const ON_PIPELINE_RUN = graphql(`
  subscription OnPipelineRun($name: ID!) {
    onPipelineRun(name: $name) { ...QueryState }
  }
`)

export const WATCH_REPORT = graphql(`
  mutation WatchReport($report: ID!, $parameters: [ParameterInput!]) {
    watchReport(report: $report, parameters: $parameters) { id expiresAt }
  }
`)

export const ON_REPORT_REFRESH = graphql(`
  subscription OnReportRefresh($report: ID!, $parameters: [ParameterInput!]) {
    onReportRefresh(report: $report, parameters: $parameters) {
      ...QueryState
      result { columns { name type } rows nextToken }
    }
  }
`)
