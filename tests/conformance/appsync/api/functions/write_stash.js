export function request(ctx) {
  ctx.stash.request = 'first';
  return { payload: null };
}

export function response(ctx) {
  ctx.stash.response = 'first';
  return null;
}
