"""PL/pgSQL as Redshift has it in stored procedures.

https://docs.aws.amazon.com/redshift/latest/dg/c_pgplsql-reference.html
"""
