import { util } from '@aws-appsync/utils';

export function request(ctx) {
  return { payload: ctx.args };
}

export function response(ctx) {
  const { message, type, data, info } = ctx.args;
  util.error(message, type, data, info);
}
