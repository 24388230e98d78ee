import { extensions } from '@aws-appsync/utils';

const NUMBERS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

export function request(ctx) {
  return { payload: null };
}

export function response(ctx) {
  const { field, payload, count } = ctx.args;
  for (const number of NUMBERS) {
    if (number < count) {
      const own = { ...payload, number };
      extensions.invalidateSubscriptions({ subscriptionField: field, payload: own });
    }
  }
  return 'kicked';
}
