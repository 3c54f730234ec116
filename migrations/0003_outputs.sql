CREATE TABLE `kept` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `output_test` (
	`id` integer PRIMARY KEY NOT NULL,
	`wall_at` text NOT NULL,
	`tested_by` text NOT NULL,
	`role` text,
	`test` text NOT NULL,
	`wiring` text NOT NULL,
	`passed` integer NOT NULL,
	`results` text NOT NULL,
	`note` text
);
--> statement-breakpoint
CREATE TABLE `relay_operations` (
	`board` text NOT NULL,
	`channel` integer NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`board`, `channel`)
);
