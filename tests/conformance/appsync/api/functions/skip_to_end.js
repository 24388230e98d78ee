import { runtime } from '@aws-appsync/utils';

export function request(ctx) {
  runtime.earlyReturn([...ctx.prev.result, 'end'], { skipTo: 'END' });
}

export function response(ctx) {
  return ['not to be seen'];
}
