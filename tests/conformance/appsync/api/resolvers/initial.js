export function request(ctx) {
  return { payload: null };
}

export function response(ctx) {
  return { id: ctx.args.id, title: 'initial' };
}
