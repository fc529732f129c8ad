// Messages and tables are worded alike everywhere.

@_exported import ParameterTables
