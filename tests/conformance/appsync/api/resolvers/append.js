import { util } from '@aws-appsync/utils';

export function request(ctx) {
  return { payload: ctx.args };
}

export function response(ctx) {
  const { message, type, data, info, id } = ctx.args;
  util.appendError(message, type, data, info);
  return { id, title: 'appended' };
}
