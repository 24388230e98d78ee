import { util } from '@aws-appsync/utils';

export function request(ctx) {
  return { payload: null };
}

export function response(ctx) {
  const { fieldName, parentTypeName, variables, selectionSetList, selectionSetGraphQL } = ctx.info;
  return {
    args: ctx.args,
    arguments: ctx.arguments,
    identity: ctx.identity,
    source: ctx.source,
    stash: ctx.stash,
    env: ctx.env,
    custom: ctx.request.headers['x-custom'],
    cookie: ctx.request.headers.cookie,
    domainName: ctx.request.domainName,
    info: { fieldName, parentTypeName, variables, selectionSetList, selectionSetGraphQL },
    authType: util.authType(),
  };
}
