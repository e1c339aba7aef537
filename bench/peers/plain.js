/** An Express app without any flags. */
exports.title = 'plain';
exports.express = () => ({});
