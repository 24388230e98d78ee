import { util } from '@aws-appsync/utils';

export function request(ctx) {
  return { payload: null };
}

export function response(ctx) {
  const { filter, ignored, rules } = ctx.args;
  const made = util.transform.toSubscriptionFilter(filter, ignored, rules);
  return JSON.parse(JSON.stringify(made));
}
