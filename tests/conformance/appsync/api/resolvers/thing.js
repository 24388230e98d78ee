export function request(ctx) {
  return { payload: { id: ctx.args.id ?? 't1', any: 'any', users: 'users', key: 'key' } };
}

export function response(ctx) {
  return ctx.result;
}
