import { runtime } from '@aws-appsync/utils';

export function request(ctx) {
  runtime.earlyReturn(['early']);
}

export function response(ctx) {
  return { prev: ctx.prev.result, after: true };
}
