# The application starts, without the old service and its calls.
[ "$(application)" = up ]
