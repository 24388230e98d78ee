import { runtime } from '@aws-appsync/utils';

export function request(ctx) {
  runtime.earlyReturn({ early: true });
}

export function response(ctx) {
  return { response: true };
}
