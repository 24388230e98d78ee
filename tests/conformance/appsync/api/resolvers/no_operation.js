import { util } from '@aws-appsync/utils';

export function request(ctx) {
  return { payload: {} };
}

export function response(ctx) {
  if (ctx.error) {
    util.error(ctx.error.message, ctx.error.type);
  }
  return ctx.result;
}
