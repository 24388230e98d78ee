export function request(ctx) {
  ctx.stash.from = 'before';
  return {};
}

export function response(ctx) {
  return { result: ctx.result, stash: ctx.stash };
}
