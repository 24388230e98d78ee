// amplify-appsync-simulator, the engine of `amplify mock`. `node server.mjs PORT`
import '../loopback.mjs'
import simulators from '@aws-amplify/amplify-appsync-simulator'
import { SDL } from '../item.mjs'

const { AmplifyAppSyncSimulator } = simulators
const resolver = (typeName, fieldName, payload) => ({
  kind: 'UNIT',
  typeName,
  fieldName,
  dataSourceName: 'none',
  requestMappingTemplate: `{"version": "2018-05-29", "payload": ${payload}}`,
  responseMappingTemplate: '$util.toJson($context.result)',
})

const simulator = new AmplifyAppSyncSimulator({ port: Number(process.argv[2]) })
await simulator.start()
simulator.init({
  schema: {
    content: SDL.replace(
      'onAdd(key: String): Item',
      'onAdd(key: String): Item @aws_subscribe(mutations: ["add"])',
    ),
  },
  appSync: {
    name: 'bench',
    defaultAuthenticationType: { authenticationType: 'API_KEY' },
    apiKey: 'da2-fakeApiId123456',
    additionalAuthenticationProviders: [],
  },
  dataSources: [{ type: 'NONE', name: 'none' }],
  resolvers: [
    resolver('Query', 'ping', '"pong"'),
    resolver('Mutation', 'add', '$util.toJson($context.arguments)'),
  ],
})
