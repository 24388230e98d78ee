/**
 * Amplify, in Node and in browsers: reconnects by itself, and tells of it on its Hub.
 * https://aws-amplify.github.io/amplify-js/api/variables/aws-amplify.api.CONNECTION_STATE_CHANGE.html
 */
import { Amplify } from 'aws-amplify'
import { CONNECTION_STATE_CHANGE, ConnectionState, generateClient } from 'aws-amplify/api'
import { Hub } from 'aws-amplify/utils'

import { seen } from './seen.mjs'

export function amplify({ url, apiKey }, emit) {
  const endpoint = { endpoint: url, region: 'us-east-1', defaultAuthMode: 'apiKey', apiKey }
  Amplify.configure({ API: { GraphQL: endpoint } })
  const client = generateClient()

  async function request({ document, variables }, event = 'answer') {
    try {
      const { data } = await client.graphql({ query: document, variables })
      emit({ event, data })
    } catch (error) {
      emit({ event: 'refused', error: seen(error) })
    }
  }

  function follow({ subscription, query, variables }) {
    Hub.listen('api', ({ payload }) => {
      const isConnected = payload.data?.connectionState === ConnectionState.Connected
      if (payload.event === CONNECTION_STATE_CHANGE && isConnected) {
        request({ document: query, variables }, 'read') // what was pushed meanwhile is lost
      }
    })
    client.graphql({ query: subscription, variables }).subscribe({
      next: ({ data }) => emit({ event: 'push', data }),
      error: (error) => emit({ event: 'refused', error: seen(error) }),
    })
  }

  return { request, follow }
}
