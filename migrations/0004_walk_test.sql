CREATE TABLE `walk_test` (
	`id` integer PRIMARY KEY NOT NULL,
	`test` text NOT NULL,
	`wall_at` text NOT NULL,
	`begun_wall_at` text NOT NULL,
	`walked_by` text NOT NULL,
	`role` text,
	`zone` text NOT NULL,
	`zone_name` text NOT NULL,
	`camera` text NOT NULL,
	`model` text NOT NULL,
	`subject` text NOT NULL,
	`outcome` text NOT NULL,
	`why` text,
	`walked` integer NOT NULL,
	`detected` integer NOT NULL,
	`course` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `walk_test_test_unique` ON `walk_test` (`test`);