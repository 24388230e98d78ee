// Asks the resolvers' Lambda for one field. Its answer is {data} or {error: {type, message}}.
import { util } from '@aws-appsync/utils'

export function request(ctx) {
  const { parentTypeName, fieldName, selectionSetList } = ctx.info
  return {
    operation: 'Invoke',
    payload: {
      field: `${parentTypeName}.${fieldName}`,
      arguments: ctx.args,
      identity: ctx.identity,
      selection: selectionSetList,
    },
  }
}

export function response(ctx) {
  if (ctx.error) {
    const input = ctx.args.input ?? {}
    const id = ctx.args.id ?? input.id ?? 'none'
    util.error(`Something broke here; tell your operator the query's id: ${id}.`, 'InternalError')
  }
  const { data, error } = ctx.result
  if (error) {
    util.error(error.message, error.type)
  }
  return data
}
