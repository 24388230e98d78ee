import { util } from '@aws-appsync/utils';

export function request(ctx) {
  return { payload: ctx.prev.result };
}

export function response(ctx) {
  util.appendError('went on', 'Appended');
  return ctx.result;
}
