import { util } from '@aws-appsync/utils';

export function request(ctx) {
  return { payload: null };
}

export function response(ctx) {
  for (const name of ctx.args.names) {
    util.http.addResponseHeader(name, ctx.args.value);
  }
  return 'ok';
}
