import { util } from '@aws-appsync/utils';

// A field nobody but IAM may see: for anybody else this must not run.
export function request(ctx) {
  if (util.authType() !== 'IAM Authorization') {
    util.error('The resolver ran.', 'ResolverRan');
  }
  return { payload: 'secret' };
}

export function response(ctx) {
  return ctx.result;
}
