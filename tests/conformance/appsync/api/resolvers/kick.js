import { extensions } from '@aws-appsync/utils';

export function request(ctx) {
  return { payload: null };
}

export function response(ctx) {
  const { field, payload } = ctx.args;
  extensions.invalidateSubscriptions({ subscriptionField: field, payload });
  return 'kicked';
}
