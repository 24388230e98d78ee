import { util } from '@aws-appsync/utils';

// Headers of a start are those of its extensions.authorization.
export function request(ctx) {
  return { payload: null };
}

export function response(ctx) {
  if (ctx.request.headers['x-custom'] !== 'open') {
    util.unauthorized();
  }
  return null;
}
