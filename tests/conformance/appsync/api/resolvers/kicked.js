import { extensions } from '@aws-appsync/utils';

export function request(ctx) {
  return { payload: null };
}

export function response(ctx) {
  if (ctx.args.filter) {
    extensions.setSubscriptionInvalidationFilter(ctx.args.filter);
  }
  return null;
}
