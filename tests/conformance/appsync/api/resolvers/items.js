const IDS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12'];

export function request(ctx) {
  return { payload: IDS.slice(0, ctx.args.count).map((id) => ({ id })) };
}

export function response(ctx) {
  return ctx.result;
}
