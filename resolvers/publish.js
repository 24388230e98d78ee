// A push: what the publisher gives is what AppSync delivers to the subscribers.
export function request(ctx) {
  return { payload: ctx.args.input }
}

export function response(ctx) {
  return ctx.result
}
