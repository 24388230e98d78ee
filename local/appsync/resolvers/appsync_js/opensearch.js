// util.transform.toElasticsearchQueryDSL: a filter as OpenSearch's query language has it.
// https://docs.aws.amazon.com/appsync/latest/devguide/transformation-helpers-in-utils-transform-js.html
"use strict";

appsync.util.transform.toElasticsearchQueryDSL = (() => {
  const not = (clause) => ({ bool: { must_not: clause } });
  const all = (clauses) => (clauses.length === 1 ? clauses[0] : { bool: { must: clauses } });
  const keyed = (word) => (name, value) => ({ [word]: { [name]: value } });
  const bound = (word) => (name, value) => ({ range: { [name]: { [word]: value } } });
  const OPERATORS = {
    eq: keyed("term"), match: keyed("match"), matchPhrase: keyed("match_phrase"),
    matchPhrasePrefix: keyed("match_phrase_prefix"), wildcard: keyed("wildcard"), regexp: keyed("regexp"),
    gt: bound("gt"), gte: bound("gte"), lt: bound("lt"), lte: bound("lte"),
    ne: (name, value) => not({ term: { [name]: value } }),
    range: (name, [gte, lte]) => ({ range: { [name]: { gte, lte } } }),
    exists: (field, value) => (value ? { exists: { field } } : not({ exists: { field } })),
    multiMatch: (field, query) => ({ multi_match: { query, fields: [field] } }),
  };
  const ofField = (name, operators) => all(Object.keys(operators).map((operator) => {
    if (!Object.hasOwn(OPERATORS, operator)) {
      throw new RangeError(`The operator '${operator}' of '${name}' is unknown; use one of ${Object.keys(OPERATORS).join(", ")}.`);
    }
    return OPERATORS[operator](name, operators[operator]);
  }));
  const ofObject = (object) => all(Object.keys(object).map((key) => {
    if (key === "and") return { bool: { must: object.and.map(ofObject) } };
    if (key === "or") return { bool: { should: object.or.map(ofObject) } };
    return key === "not" ? not(ofObject(object.not)) : ofField(key, object[key]);
  }));
  return (filter) => JSON.stringify(ofObject(filter));
})();
