import { runtime } from '@aws-appsync/utils';

export function request(ctx) {
  runtime.earlyReturn([...ctx.prev.result, 'skipped']);
}

export function response(ctx) {
  return ['not to be seen'];
}
