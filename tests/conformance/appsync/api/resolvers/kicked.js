import { extensions } from '@aws-appsync/utils';

// Its argument is no filter of events: an enhanced filter that takes them all switches that off.
const ALL = { filterGroup: [{ filters: [{ fieldName: 'id', operator: 'ne', value: 'nobody' }] }] };

export function request(ctx) {
  return { payload: null };
}

export function response(ctx) {
  if (ctx.args.filter) {
    extensions.setSubscriptionFilter(ALL);
    extensions.setSubscriptionInvalidationFilter(ctx.args.filter);
  }
  return null;
}
