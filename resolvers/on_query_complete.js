// Subscribing to the end of one query. It need not exist yet, so that a caller can subscribe first
// and submit second: whoever owns it hears of it, and nobody else.
import { extensions, util } from '@aws-appsync/utils'

const UUID = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'

export function request(ctx) {
  if (!util.matches(UUID, ctx.args.id)) {
    util.error(
      'The id is not a lower-case UUID; give one such as 6f1c2a4e-8b1d-4c57-9a53-0d5f3e2b7a10.',
      'InvalidId',
    )
  }
  return { payload: null }
}

export function response(ctx) {
  const owner = ctx.identity ? ctx.identity.sub : 'api-key'
  if (!owner) {
    util.unauthorized()
  }
  extensions.setSubscriptionFilter({
    filterGroup: [
      {
        filters: [
          { fieldName: 'id', operator: 'eq', value: ctx.args.id },
          { fieldName: 'owner', operator: 'eq', value: owner },
          { fieldName: 'status', operator: 'in', value: ['FINISHED', 'FAILED', 'ABORTED'] },
        ],
      },
    ],
  })
  return null
}
