// Ends the subscriptions to a calendar of all who are no members of its group.
import { extensions } from '@aws-appsync/utils'

export function request() {
  return { payload: null }
}

export function response(ctx) {
  const { calendar, members } = ctx.args
  extensions.invalidateSubscriptions({
    subscriptionField: 'onEventChange',
    payload: { calendar, members },
  })
  return { id: calendar }
}
