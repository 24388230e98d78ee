/** Types of the contract and of our documents, from schema/schema.graphql; made at build time. */
import type { CodegenConfig } from "@graphql-codegen/cli"

const config: CodegenConfig = {
  schema: ["../../schema/schema.graphql", "./appsync.graphql"],
  documents: ["src/**/*.ts", "src/**/*.tsx", "!src/shared/graphql/generated/**"],
  ignoreNoDocuments: false,
  generates: {
    "./src/shared/graphql/generated/": {
      preset: "client",
      config: {
        documentMode: "string", // AppSync takes text: no GraphQL parser in the browser
        enumsAsTypes: true,
        useTypeImports: true,
        scalars: { AWSDateTime: "string", AWSDate: "string", AWSJSON: "string" },
      },
      presetConfig: { fragmentMasking: false },
    },
  },
}

export default config
