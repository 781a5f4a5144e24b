<?php
// The same by PHP's own reading of a query; it registers cookies by the same names.
while (($line = fgets(STDIN)) !== false) {
    $request = json_decode($line, true);
    $query = [];
    parse_str($request['query'], $query);
    echo json_encode(['query' => (object)$query, 'cookie' => (object)[]], JSON_INVALID_UTF8_SUBSTITUTE), "\n";
}
