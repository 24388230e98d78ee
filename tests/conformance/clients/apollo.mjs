/**
 * Apollo Client with AWS's links: a lost connection ends its subscriptions with an error, and the
 * user's code subscribes again. https://github.com/awslabs/aws-mobile-appsync-sdk-js
 */
import { ApolloClient, ApolloLink, gql, InMemoryCache } from '@apollo/client'
import { createAuthLink } from 'aws-appsync-auth-link'
import { CONTROL_EVENTS_KEY, createSubscriptionHandshakeLink } from 'aws-appsync-subscription-link'
import { tap } from 'rxjs'

import { emit, obey, settings } from './lines.mjs'
import { seen } from './seen.mjs'

const PAUSE = 200 // ms before it subscribes again
const LOST = ['Connection closed', 'Timeout disconnect', 'Connection handshake error']

const { url, apiKey } = settings
const endpoint = { url, region: 'us-east-1', auth: { type: 'API_KEY', apiKey } }

/** AWS's link tells of `start_ack` by a result without data, which Apollo leaves out. */
const acknowledgements = new ApolloLink((operation, forward) =>
  forward(operation).pipe(
    tap(({ extensions }) => {
      if (extensions?.controlMsgType === 'CONNECTED') operation.getContext().onConnected()
    }),
  ),
)

const client = new ApolloClient({
  link: ApolloLink.from([
    acknowledgements,
    createAuthLink(endpoint),
    createSubscriptionHandshakeLink(endpoint),
  ]),
  cache: new InMemoryCache(),
  defaultOptions: { query: { fetchPolicy: 'no-cache' }, mutate: { fetchPolicy: 'no-cache' } },
})

async function request({ document, variables }, event = 'answer') {
  const operation = gql(document)
  const isMutation = operation.definitions[0].operation === 'mutation'
  try {
    const { data } = isMutation
      ? await client.mutate({ mutation: operation, variables })
      : await client.query({ query: operation, variables })
    emit({ event, data })
  } catch (error) {
    emit({ event: 'refused', error: seen(error) })
  }
}

function follow({ subscription, query, variables }) {
  const read = () => request({ document: query, variables }, 'read')
  const events = client.subscribe({
    query: gql(subscription),
    variables,
    fetchPolicy: 'no-cache',
    context: { controlMessages: { [CONTROL_EVENTS_KEY]: true }, onConnected: read },
  })
  events.subscribe(({ data, error }) => {
    if (!error) emit({ event: 'push', data })
    else if (isLost(error)) setTimeout(() => follow({ subscription, query, variables }), PAUSE)
    else emit({ event: 'refused', error: seen(error) })
  })
}

function isLost(error) {
  const [{ message }] = error.cause?.errors ?? [error]
  return LOST.some((words) => message.includes(words))
}

await obey({ request, follow })
