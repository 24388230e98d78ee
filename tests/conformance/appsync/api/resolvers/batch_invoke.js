import { util } from '@aws-appsync/utils';

export function request(ctx) {
  return { operation: 'BatchInvoke', payload: { id: ctx.source.id, fail: ctx.args.fail } };
}

export function response(ctx) {
  if (ctx.error) {
    util.error(ctx.error.message, ctx.error.type);
  }
  if (ctx.result.errorMessage) {
    util.error(ctx.result.errorMessage, ctx.result.errorType);
  }
  return ctx.result.data;
}
