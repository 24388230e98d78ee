import { util } from '@aws-appsync/utils';

export function request(ctx) {
  return { payload: null };
}

export function response(ctx) {
  return { authType: util.authType(), identity: ctx.identity };
}
