// Subscribing to the new results of a report: the Lambda notes who watches it, for an hour.
import { extensions, util } from '@aws-appsync/utils'

export function request(ctx) {
  return {
    operation: 'Invoke',
    payload: {
      field: 'Subscription.onReportRefresh',
      arguments: ctx.args,
      identity: ctx.identity,
      selection: [],
    },
  }
}

export function response(ctx) {
  if (ctx.error) {
    util.error('Something broke here; tell your operator the report.', 'InternalError')
  }
  const { data, error } = ctx.result
  if (error) {
    util.error(error.message, error.type)
  }
  extensions.setSubscriptionFilter({
    filterGroup: [
      {
        filters: [
          { fieldName: 'watch', operator: 'eq', value: data.watch },
          { fieldName: 'owner', operator: 'eq', value: data.owner },
          { fieldName: 'status', operator: 'in', value: ['FINISHED', 'FAILED', 'ABORTED'] },
        ],
      },
    ],
  })
  return null
}
