// Ends the subscriptions to the runs of a pipeline of all who are in none of its groups.
import { extensions } from '@aws-appsync/utils'

export function request() {
  return { payload: null }
}

export function response(ctx) {
  const { pipeline, members } = ctx.args
  extensions.invalidateSubscriptions({
    subscriptionField: 'onPipelineRun',
    payload: { pipeline, members },
  })
  return pipeline
}
