// Subscribing to the runs of one pipeline: the Lambda says whether the caller may see it. Whoever is
// in none of its groups any more is cut off (keep_pipeline_members.js).
import { extensions, util } from '@aws-appsync/utils'

export function request(ctx) {
  return {
    operation: 'Invoke',
    payload: {
      field: 'Subscription.onPipelineRun',
      arguments: ctx.args,
      identity: ctx.identity,
      selection: [],
    },
  }
}

export function response(ctx) {
  if (ctx.error) {
    util.error('Something broke here; tell your operator the pipeline.', 'InternalError')
  }
  const { data, error } = ctx.result
  if (error) {
    util.error(error.message, error.type)
  }
  const { pipeline, subscriber } = data
  const ofPipeline = { fieldName: 'pipeline', operator: 'eq', value: pipeline }
  extensions.setSubscriptionFilter({ filterGroup: [{ filters: [ofPipeline] }] })
  extensions.setSubscriptionInvalidationFilter({
    filterGroup: [
      {
        filters: [
          ofPipeline,
          { fieldName: 'members', operator: 'notContains', value: subscriber },
        ],
      },
    ],
  })
  return null
}
