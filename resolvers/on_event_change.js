// Subscribing to the changes of calendars: the Lambda says of which. Whoever is no member of a
// calendar's group any more is cut off (keep_calendar_members.js).
import { extensions, util } from '@aws-appsync/utils'

export function request(ctx) {
  return {
    operation: 'Invoke',
    payload: {
      field: 'Subscription.onEventChange',
      arguments: ctx.args,
      identity: ctx.identity,
      selection: [],
    },
  }
}

export function response(ctx) {
  if (ctx.error) {
    util.error('Something broke here; tell your operator the calendar.', 'InternalError')
  }
  const { data, error } = ctx.result
  if (error) {
    util.error(error.message, error.type)
  }
  const { calendars, subscriber } = data
  extensions.setSubscriptionFilter({
    filterGroup: calendars.map((some) => ({
      filters: [{ fieldName: 'calendar', operator: 'in', value: some }],
    })),
  })
  extensions.setSubscriptionInvalidationFilter({
    filterGroup: calendars.map((some) => ({
      filters: [
        { fieldName: 'calendar', operator: 'in', value: some },
        { fieldName: 'members', operator: 'notContains', value: subscriber },
      ],
    })),
  })
  return null
}
