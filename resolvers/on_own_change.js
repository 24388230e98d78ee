// Subscribing to every change of the caller's own queries, or schedules.
import { extensions, util } from '@aws-appsync/utils'

export function request() {
  return { payload: null }
}

export function response(ctx) {
  const owner = ctx.identity ? ctx.identity.sub : 'api-key'
  if (!owner) {
    util.unauthorized()
  }
  extensions.setSubscriptionFilter({
    filterGroup: [{ filters: [{ fieldName: 'owner', operator: 'eq', value: owner }] }],
  })
  return null
}
