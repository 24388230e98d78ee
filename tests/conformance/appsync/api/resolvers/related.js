// Field resolvers see their parent; they do not run for events.
export function request(ctx) {
  const { id } = ctx.source;
  return { payload: [{ id: `${id}-1` }, { id: `${id}-2` }] };
}

export function response(ctx) {
  return ctx.result;
}
