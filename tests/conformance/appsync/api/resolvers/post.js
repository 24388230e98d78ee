export function request(ctx) {
  const author = { id: 'a1', name: 'Ann' };
  return { payload: { id: ctx.args.id, title: 'Title', owner: 'ann', views: 7, author } };
}

export function response(ctx) {
  return ctx.result;
}
