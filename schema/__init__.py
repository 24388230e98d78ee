"""The contract: the types of core and the signatures of resolvers, printed as schema.graphql."""
