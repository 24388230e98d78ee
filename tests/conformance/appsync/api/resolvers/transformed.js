import { extensions, util } from '@aws-appsync/utils';

export function request(ctx) {
  return { payload: null };
}

export function response(ctx) {
  const { filter, ignored, rules } = ctx.args;
  extensions.setSubscriptionFilter(util.transform.toSubscriptionFilter(filter, ignored, rules));
  return null;
}
